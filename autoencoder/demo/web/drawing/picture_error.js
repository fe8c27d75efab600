/** A picture can't be used; the message tells a visitor what is wrong and what to do. */
export class PictureError extends Error {}
