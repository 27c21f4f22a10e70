package desk

import (
	"context"
	"errors"
)

// Proposals are customers who may be one person, the likeliest first.
func (a *App) Proposals(ctx context.Context) ([]ProposalView, error) {
	return nil, errors.ErrUnsupported
}

// Merge makes one customer part of another.
func (a *App) Merge(ctx context.Context, c MergeCommand) (MergeView, error) {
	return MergeView{}, errors.ErrUnsupported
}

// UndoMerge undoes a merge.
func (a *App) UndoMerge(ctx context.Context, c UndoMergeCommand) (MergeView, error) {
	return MergeView{}, errors.ErrUnsupported
}

// Distinct records that two customers are not the same person: they are not proposed again.
func (a *App) Distinct(ctx context.Context, c DistinctCommand) error { return errors.ErrUnsupported }

// Merges are the merges that were made, the newest first.
func (a *App) Merges(ctx context.Context) ([]MergeView, error) { return nil, errors.ErrUnsupported }
