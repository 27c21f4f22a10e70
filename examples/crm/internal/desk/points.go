package desk

import (
	"context"
	"errors"
)

// Account is a customer's account as of now, what time has done included.
func (a *App) Account(ctx context.Context, customer string) (AccountView, error) {
	return AccountView{}, errors.ErrUnsupported
}

// QuoteEarn says what an order would earn. Key may be empty.
func (a *App) QuoteEarn(ctx context.Context, c EarnCommand) (QuoteView, error) {
	return QuoteView{}, errors.ErrUnsupported
}

// QuoteRedeem says what points would be worth. Key may be empty.
func (a *App) QuoteRedeem(ctx context.Context, c RedeemCommand) (QuoteView, error) {
	return QuoteView{}, errors.ErrUnsupported
}

// Earn writes an order, its points and its entry on the timeline together.
func (a *App) Earn(ctx context.Context, c EarnCommand) (LoyaltyResult, error) {
	return LoyaltyResult{}, errors.ErrUnsupported
}

// Redeem spends points.
func (a *App) Redeem(ctx context.Context, c RedeemCommand) (LoyaltyResult, error) {
	return LoyaltyResult{}, errors.ErrUnsupported
}

// Hold puts points aside.
func (a *App) Hold(ctx context.Context, c HoldCommand) (LoyaltyResult, error) {
	return LoyaltyResult{}, errors.ErrUnsupported
}

// Capture spends points that are held.
func (a *App) Capture(ctx context.Context, c SettleHoldCommand) (LoyaltyResult, error) {
	return LoyaltyResult{}, errors.ErrUnsupported
}

// Release gives points that are held back to the customer.
func (a *App) Release(ctx context.Context, c SettleHoldCommand) (LoyaltyResult, error) {
	return LoyaltyResult{}, errors.ErrUnsupported
}

// Refund takes an order back with its points, and writes that on the timeline.
func (a *App) Refund(ctx context.Context, c RefundCommand) (LoyaltyResult, error) {
	return LoyaltyResult{}, errors.ErrUnsupported
}
