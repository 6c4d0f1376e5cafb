import type { Random } from "./random.js";

/** National and joint-stock banks first, then city and rural banks, in the abbreviations that Chinese gateways use. */
const CODES = (
  "ICBC ABC CCB BOC PSBC CMB BCM SPDB CIB CITIC CEB CMBC GDB PAB HXB CZB EGB BOHAIB BJBANK SHBANK JSBANK NJCB NBBANK " +
  "HZCB HSBANK CDCB CSCB CQBANK TCCB XABANK ZZBANK WHCCB QDCCB DLB SJBANK GZB DGB SZSBK FDB XMBANK HRXJB LZYH " +
  "NXBANK GYCB KLB URMQCCB BHB HBYCBANK JNBANK QLBANK LSBANK TZCB WZCB SXCB JXBANK HZCCB ZJTLCB ZJMTCB CZCB NHB " +
  "JZBANK YKCB FSCB ASCB DDB BYB CCYHB JLBANK DAQINGB HEBBANK BSB ORBANK ERDOSB NMGB CBKF LYBANK XCYH XXBANK ZKB " +
  "NYBANK PDSB HNB ZYBANK HKB HBBANK BOJZ BOSZ GZCB SRBANK NCB JJBANK BOGZ DYCB MYBANK NCCB PZHCCB SCB YBCCB " +
  "ZGCCB LZCCB SNCCB BOQH DZBANK LWBANK RZB TACCB WFCCB YTBANK ZBCB JNNSH BDCB CDBANK CZCCB HDBANK LFBANK QHDB " +
  "TSBANK XTBANK ZJKCCB JCBANK BODT JINCB CZSB YQCCB SHRCB BJRCB TJRCB SZRCB DRCB SDEB FSRCB ZHRCB GZRCB WXRCB " +
  "JRCB CSRCB KSRCB TCRCB WJRCB ZJGRCB NTRCB YZRCB XZRCB NBRCB HZRCB SXRCB WZRCB JXRCB CDRCB CQRCB WHRCB HFRCB"
).split(" ");

/** Banks of an instance. Shares are cumulated, for drawing by bisection. */
export interface Banks {
  /** Codes in falling share. */
  readonly codes: readonly string[];
  /** How many of the first `codes` are big banks; the rest is the long tail. */
  readonly big: number;
  /** Banks that no channel covers, beside `codes`. */
  readonly uncovered: readonly string[];
  /** `[bank]` share of the orders of this bank and all before it; the last is 1. */
  readonly cumulated: Float64Array;
}

/** Share of the orders that the long tail holds together, where there is one. */
const TAIL_SHARE = 0.12;

/**
 * Big banks fall off slowly (rank^-0.8), the long tail of small banks shares {@link TAIL_SHARE}.
 *
 * @param count of banks, at least 1
 */
export function makeBanks(count: number, random: Random): Banks {
  const all = bankCodes(count);
  const lost = count >= 4 ? Math.max(1, Math.floor(count * 0.02)) : 0;
  const codes = all.slice(0, count - lost);
  const big = Math.min(codes.length, random.integer(15, 30));
  const weights = codes.map((_, i) =>
    i < big ? rankWeight(i + 1, 0.8) : rankWeight(i - big + 3, 1) * random.between(0.6, 1.4),
  );
  const sumOf = (from: number, to: number) => weights.slice(from, to).reduce((sum, w) => sum + w, 0);
  const tailShare = codes.length > big ? TAIL_SHARE : 0;
  const scale = [(1 - tailShare) / sumOf(0, big), tailShare / (sumOf(big, codes.length) || 1)] as const;
  const cumulated = new Float64Array(codes.length);
  let sum = 0;
  weights.forEach((weight, i) => {
    sum += weight * scale[i < big ? 0 : 1];
    cumulated[i] = sum;
  });
  cumulated[codes.length - 1] = 1;
  return { codes, big, uncovered: all.slice(codes.length), cumulated };
}

/** Index of the bank at that point of the cumulated shares, 0 <= point < 1. */
export function bankAt(banks: Banks, point: number): number {
  let low = 0;
  let high = banks.codes.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (banks.cumulated[middle]! > point) high = middle;
    else low = middle + 1;
  }
  return low;
}

function bankCodes(count: number): string[] {
  const known = CODES.slice(0, count);
  for (let i = known.length; i < count; i++) known.push(`VB${String(i + 1).padStart(4, "0")}`);
  return known;
}

// exp and log are the same everywhere V8 runs; pow is not promised to be.
const rankWeight = (rank: number, exponent: number) => Math.exp(-exponent * Math.log(rank));
