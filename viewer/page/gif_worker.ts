import { serve, workerLine } from "../rpc.ts";
import { GIF_METHODS, GifMaker } from "./save/gif_maker.ts";

/** The page's worker for GIFs: one for each, so that the page stays live while colours are counted. */
serve(new GifMaker(), GIF_METHODS, workerLine(globalThis));
