package desk

import (
	"context"
	"errors"
)

// Surveys are the surveys that can be answered.
func (a *App) Surveys(ctx context.Context) ([]SurveyHead, error) { return nil, errors.ErrUnsupported }

// Survey is a survey to fill in. An empty language is the customer's, else English;
// customer may be empty.
func (a *App) Survey(ctx context.Context, id, customer, language string) (SurveyForm, error) {
	return SurveyForm{}, errors.ErrUnsupported
}

// Answer checks answers strictly, keeps them with their scores, and opens a case where
// the score is low. Faults come all at once, with the path of the question.
func (a *App) Answer(ctx context.Context, c AnswerCommand) (AnswerResult, error) {
	return AnswerResult{}, errors.ErrUnsupported
}
