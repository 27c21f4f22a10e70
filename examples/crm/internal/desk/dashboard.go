package desk

import (
	"context"
	"errors"
)

// Dashboard is how the shop stands. It is worked out once for each version of the data.
func (a *App) Dashboard(ctx context.Context) (Dashboard, error) {
	return Dashboard{}, errors.ErrUnsupported
}
