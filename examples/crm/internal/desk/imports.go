package desk

import (
	"context"
	"errors"
)

// ImportInvoices imports a file of invoices.
func (a *App) ImportInvoices(ctx context.Context, c ImportCommand, tell Progress) (ImportReport, error) {
	return ImportReport{}, errors.ErrUnsupported
}

// ImportShop imports the simulated shop.
func (a *App) ImportShop(ctx context.Context, tell Progress) (ImportReport, error) {
	return ImportReport{}, errors.ErrUnsupported
}

// Imports are the reports of all imports, the newest first.
func (a *App) Imports(ctx context.Context) ([]ImportReport, error) { return nil, errors.ErrUnsupported }
