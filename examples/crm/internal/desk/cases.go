package desk

import (
	"context"
	"errors"
)

// Cases is one page of the service backlog.
func (a *App) Cases(ctx context.Context, q CaseQuery) (CaseList, error) {
	return CaseList{}, errors.ErrUnsupported
}

// Case is one case with the explanation of its verdicts.
func (a *App) Case(ctx context.Context, id string) (CasePage, error) {
	return CasePage{}, errors.ErrUnsupported
}

// OpenCase opens a case.
func (a *App) OpenCase(ctx context.Context, c OpenCaseCommand) (CaseResult, error) {
	return CaseResult{}, errors.ErrUnsupported
}

// ActOnCase replies, pauses, resolves, escalates and so on.
func (a *App) ActOnCase(ctx context.Context, c CaseCommand) (CaseResult, error) {
	return CaseResult{}, errors.ErrUnsupported
}
