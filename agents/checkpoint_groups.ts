/** Groups of a checkpoint that hold a policy: its network's parameters, and the statistics of what was observed. */
export const POLICY_GROUP = "policy", OBSERVATIONS_GROUP = "observations";
