import { acceptKinds } from "./accept_kinds.ts";

acceptKinds("transformers");
