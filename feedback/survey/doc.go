// Package survey reads SurveyJS definitions and judges answers to them on the server:
// what was visible, what had to be answered, what is wrong, what it scores, and what to
// keep.
package survey
