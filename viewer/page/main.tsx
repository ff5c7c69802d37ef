import { render } from "preact";
import { App } from "./shell/app.tsx";
import { startShell } from "./shell/start_shell.ts";
import { startSession } from "./state/start_session.ts";

const root = document.getElementById("app")!;
root.replaceChildren();
startShell();
render(<App />, root);
startSession();
