package desk

import (
	"context"
	"errors"
)

// Segments are the segments of the shop with how many customers each holds.
func (a *App) Segments(ctx context.Context) ([]SegmentView, error) { return nil, errors.ErrUnsupported }

// ExplainSegment says why a customer is in a segment or not.
func (a *App) ExplainSegment(ctx context.Context, segment, customer string) (SegmentExplanation, error) {
	return SegmentExplanation{}, errors.ErrUnsupported
}
