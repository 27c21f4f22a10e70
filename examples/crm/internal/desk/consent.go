package desk

import (
	"context"
	"errors"
)

// RecordConsent grants or withdraws consent and returns the answers as they are now.
func (a *App) RecordConsent(ctx context.Context, c ConsentCommand) ([]ConsentView, error) {
	return nil, errors.ErrUnsupported
}
