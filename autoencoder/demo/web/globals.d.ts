// What is there without an import.

// What page_data.py writes when the server starts.
declare module "*/page_data.js" {
  /** Where each file is below data/, and how long it is. */
  export const files: Record<string, { path: string; bytes: number }>;
  /** Each model's layers, without their weights. */
  export const models: Record<
    string,
    Record<"encoder" | "decoder", import("./model/layers.js").Layer[]>
  >;
}

// What Gradio gives to mount.js.
declare const element: HTMLElement;
declare const props: Record<string, any>;
