package loyalty

import "fmt"

func newBody(kind EventKind, data []byte) (Body, error) {
	switch kind {
	case EvEnrolled:
		return readBody[Enrolled](data)
	case EvPurchased:
		return readBody[Purchased](data)
	case EvIssued:
		return readBody[Issued](data)
	case EvActivated:
		return readBody[Activated](data)
	case EvExpired:
		return readBody[Expired](data)
	case EvLapsed:
		return readBody[Lapsed](data)
	case EvDrawn:
		return readBody[Drawn](data)
	case EvHeld:
		return readBody[Held](data)
	case EvCaptured:
		return readBody[Captured](data)
	case EvReleased:
		return readBody[Released](data)
	case EvReversed:
		return readBody[Reversed](data)
	case EvClawedBack:
		return readBody[ClawedBack](data)
	case EvRefunded:
		return readBody[Refunded](data)
	case EvAdjusted:
		return readBody[Adjusted](data)
	case EvTransferred:
		return readBody[Transferred](data)
	case EvConverted:
		return readBody[Converted](data)
	case EvTierChanged:
		return readBody[TierChanged](data)
	case EvChallengeProgressed:
		return readBody[ChallengeProgressed](data)
	case EvRewardClaimed:
		return readBody[RewardClaimed](data)
	case EvRewardCancelled:
		return readBody[RewardCancelled](data)
	case EvStockChanged:
		return readBody[StockChanged](data)
	case EvNoticed:
		return readBody[Noticed](data)
	case EvJoined:
		return readBody[Joined](data)
	case EvStatusChanged:
		return readBody[StatusChanged](data)
	case EvMergedIn:
		return readBody[MergedIn](data)
	case EvMergedOut:
		return readBody[MergedOut](data)
	case EvWrittenOff:
		return readBody[WrittenOff](data)
	case EvTicked:
		return readBody[Ticked](data)
	case EvExtended:
		return readBody[Extended](data)
	}
	return nil, fmt.Errorf("%w: kind %d", ErrUnknown, kind)
}

// Event is the kind of the body.
func (*Enrolled) Event() EventKind { return EvEnrolled }

// Event is the kind of the body.
func (*Purchased) Event() EventKind { return EvPurchased }

// Event is the kind of the body.
func (*Issued) Event() EventKind { return EvIssued }

// Event is the kind of the body.
func (*Activated) Event() EventKind { return EvActivated }

// Event is the kind of the body.
func (*Expired) Event() EventKind { return EvExpired }

// Event is the kind of the body.
func (*Lapsed) Event() EventKind { return EvLapsed }

// Event is the kind of the body.
func (*Drawn) Event() EventKind { return EvDrawn }

// Event is the kind of the body.
func (*Held) Event() EventKind { return EvHeld }

// Event is the kind of the body.
func (*Captured) Event() EventKind { return EvCaptured }

// Event is the kind of the body.
func (*Released) Event() EventKind { return EvReleased }

// Event is the kind of the body.
func (*Reversed) Event() EventKind { return EvReversed }

// Event is the kind of the body.
func (*ClawedBack) Event() EventKind { return EvClawedBack }

// Event is the kind of the body.
func (*Refunded) Event() EventKind { return EvRefunded }

// Event is the kind of the body.
func (*Adjusted) Event() EventKind { return EvAdjusted }

// Event is the kind of the body.
func (*Transferred) Event() EventKind { return EvTransferred }

// Event is the kind of the body.
func (*Converted) Event() EventKind { return EvConverted }

// Event is the kind of the body.
func (*TierChanged) Event() EventKind { return EvTierChanged }

// Event is the kind of the body.
func (*ChallengeProgressed) Event() EventKind { return EvChallengeProgressed }

// Event is the kind of the body.
func (*RewardClaimed) Event() EventKind { return EvRewardClaimed }

// Event is the kind of the body.
func (*RewardCancelled) Event() EventKind { return EvRewardCancelled }

// Event is the kind of the body.
func (*StockChanged) Event() EventKind { return EvStockChanged }

// Event is the kind of the body.
func (*Noticed) Event() EventKind { return EvNoticed }

// Event is the kind of the body.
func (*Joined) Event() EventKind { return EvJoined }

// Event is the kind of the body.
func (*StatusChanged) Event() EventKind { return EvStatusChanged }

// Event is the kind of the body.
func (*MergedIn) Event() EventKind { return EvMergedIn }

// Event is the kind of the body.
func (*MergedOut) Event() EventKind { return EvMergedOut }

// Event is the kind of the body.
func (*WrittenOff) Event() EventKind { return EvWrittenOff }

// Event is the kind of the body.
func (*Ticked) Event() EventKind { return EvTicked }

// Event is the kind of the body.
func (*Extended) Event() EventKind { return EvExtended }
