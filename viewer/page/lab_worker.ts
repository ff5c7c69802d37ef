import "../../worlds/mod.ts";
