package jobs

// ChooseFairly is the statement that chooses what is done next.
const ChooseFairly = chooseFairly
