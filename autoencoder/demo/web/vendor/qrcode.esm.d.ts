interface QRCode {
  addData(data: string): void;
  make(): void;
  getModuleCount(): number;
  isDark(row: number, column: number): boolean;
}

/** `typeNumber` 0: as large as the data needs. */
export function qrcode(typeNumber: 0, errorCorrectionLevel: "L" | "M" | "Q" | "H"): QRCode;
