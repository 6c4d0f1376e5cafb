import { InputError, type Issue } from "../model/issue.js";

/** What the operating system says about a file, in our words. */
const KNOWN: Readonly<Record<string, Omit<Issue, "file">>> = {
  ENOENT: { code: "FILE_NOT_FOUND", message: "no such file", hint: "Check the path." },
  ENOTDIR: { code: "FILE_NOT_FOUND", message: "no such file", hint: "Check the path." },
  EISDIR: { code: "NOT_A_FILE", message: "is a folder, not a file", hint: "Name a file in it." },
  EACCES: { code: "FILE_NOT_READABLE", message: "may not be read", hint: "Check its permissions." },
  EPERM: { code: "FILE_NOT_READABLE", message: "may not be read", hint: "Check its permissions." },
};

/** Turns a failure to open or read a file into the input error it is; anything else stays what it was. */
export function asInputError(file: string, error: unknown): unknown {
  const known = KNOWN[(error as NodeJS.ErrnoException | null)?.code ?? ""];
  return known === undefined ? error : new InputError([{ ...known, file }]);
}

/** As {@link asInputError}, of a plan folder. */
export function asFolderError(folder: string, error: unknown): unknown {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code !== "ENOENT" && code !== "ENOTDIR") return asInputError(folder, error);
  return fileError(folder, {
    code: "FILE_NOT_FOUND",
    message: "no such folder",
    hint: "Check the path: it names a plan folder.",
  });
}

/** One problem of a file, ready to be thrown. */
export function fileError(file: string, issue: Omit<Issue, "file">): InputError {
  return new InputError([{ file, ...issue }]);
}

/** What the operating system says about a folder to write into. */
export function asOutputError(folder: string, error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return fileError(folder, {
        code: "FOLDER_NOT_WRITABLE",
        message: "may not be written",
        hint: "Check its permissions, or name another folder.",
      });
    case "ENOTDIR":
    case "EEXIST":
      return fileError(folder, {
        code: "NOT_A_FOLDER",
        message: "is a file, or lies below one",
        hint: "Name another folder.",
      });
    case "ENOSPC":
    case "EDQUOT":
      return fileError(folder, {
        code: "DISK_FULL",
        message: "cannot be written: there is no room left",
        hint: "Make room there, or name a folder on another disk.",
      });
    default:
      return error;
  }
}
