package desk

import (
	"context"
	"errors"
)

// Export is everything that is held about a person, as JSON. Format is json or vcard.
func (a *App) Export(ctx context.Context, customer, format string) (File, error) {
	return File{}, errors.ErrUnsupported
}

// Erase removes a person from every table and keeps a receipt.
func (a *App) Erase(ctx context.Context, c EraseCommand) (ReceiptView, error) {
	return ReceiptView{}, errors.ErrUnsupported
}

// Receipts are the receipts of erasures, the newest first.
func (a *App) Receipts(ctx context.Context) ([]ReceiptView, error) { return nil, errors.ErrUnsupported }
