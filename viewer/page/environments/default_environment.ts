/** The environment where nothing else says which: of the scripted driver's episodes, and of drives without a run. */
export const DEFAULT_ENVIRONMENT = "CarRacing-v3";
