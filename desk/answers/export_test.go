package answers

// Question is what Search makes of what was typed.
var Question = question
