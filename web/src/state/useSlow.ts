import { useEffect, useState } from "preact/hooks";

/** Whether something has been going on for long. @param key of what goes on; null where nothing does */
export function useSlow(key: string | null, ms: number): boolean {
  const [slow, setSlow] = useState<string | null>(null);
  useEffect(() => {
    if (key === null) return;
    const timer = setTimeout(() => setSlow(key), ms);
    return () => clearTimeout(timer);
  }, [key, ms]);
  return key !== null && slow === key;
}
