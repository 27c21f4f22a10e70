package loyalty

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// CommandKind names what a command asks for.
type CommandKind uint8

// The closed set of commands.
const (
	CmdEnroll CommandKind = iota + 1
	CmdPurchase
	CmdEarn
	CmdActivate
	CmdRedeem
	CmdHold
	CmdCapture
	CmdRelease
	CmdReverse
	CmdRefund
	CmdAdjust
	CmdTransfer
	CmdConvert
	CmdClaimReward
	CmdCancelReward
	CmdGrantTier
	CmdRevokeTier
	CmdGesture
	CmdNotice
	CmdJoin
	CmdMerge
	CmdBlock
	CmdReinstate
	CmdClose
	CmdTick
	CmdReinstatePoints
	CmdExtend
)

// Command is a request to an account. Key is the caller's idempotency key: the same
// key with the same command gives the stored result, with another command it is a
// conflict, and the key of a refused command may be used again. At is part of the
// command: a retry repeats it.
type Command struct {
	Key     string    // 1 to 255 bytes
	Account string    // 1 to 255 bytes; ids that begin with house/ are the house's own, for which only Tick is accepted
	At      time.Time // when it takes place; kept to the microsecond; not before the account's clock
	By      string    // who asked, an opaque id of the host; may be empty
	Do      Action    // what is asked
}

// Action is the body of a command; the types of this package that have its method
// are all there are.
type Action interface {
	Command() CommandKind
}

// MaxID is the most bytes of a key or of any id.
const MaxID = 255

// Hash identifies the content of a command, so that a store can tell a repeated
// command from another one under the same key.
type Hash [sha256.Size]byte

// String writes the hash in hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes the hash in hexadecimal; that of no command is empty.
func (h Hash) MarshalText() ([]byte, error) {
	if h == (Hash{}) {
		return []byte{}, nil
	}
	return []byte(h.String()), nil
}

// UnmarshalText reads the hexadecimal form, or nothing.
func (h *Hash) UnmarshalText(text []byte) error {
	*h = Hash{}
	if len(text) == 0 {
		return nil
	}
	b, err := hex.DecodeString(string(text))
	if err != nil || len(b) != len(h) {
		return fmt.Errorf("%w: not a hash", ErrData)
	}
	copy(h[:], b)
	return nil
}

// Hash is the SHA-256 of the command's canonical binary form without its key: equal
// numbers (19.9 and 19.90) and equal instants in other zones hash alike. It fails
// on a command without an action, or whose amounts are beyond the limits.
func (c Command) Hash() (Hash, error) {
	return c.hash(nil)
}

// hash uses room, which may be nil.
func (c *Command) hash(room []byte) (Hash, error) {
	if c.Do == nil {
		return Hash{}, fmt.Errorf("%w: no action", ErrCommand)
	}
	b, err := appendCommand(room, c)
	if err != nil {
		return Hash{}, err
	}
	return sha256.Sum256(b), nil
}

type commandJSON struct {
	Key     string          `json:"key,omitempty"`
	Account string          `json:"account"`
	At      Instant         `json:"at"`
	By      string          `json:"by,omitempty"`
	Do      CommandKind     `json:"do"`
	Body    json.RawMessage `json:"body,omitempty"`
}

// MarshalJSON writes the command with the kind of its action.
func (c Command) MarshalJSON() ([]byte, error) {
	if c.Do == nil {
		return nil, fmt.Errorf("%w: no action", ErrCommand)
	}
	body, err := json.Marshal(c.Do)
	if err != nil {
		return nil, err
	}
	return json.Marshal(commandJSON{c.Key, c.Account, InstantOf(c.At), c.By, c.Do.Command(), body})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Command) UnmarshalJSON(data []byte) error {
	var j commandJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return errors.Join(ErrCommand, err)
	}
	do, err := newAction(j.Do, j.Body)
	if err != nil {
		return err
	}
	*c = Command{Key: j.Key, Account: j.Account, At: j.At.Time(), By: j.By, Do: do}
	return nil
}

func readAction[T Action](data []byte) (Action, error) {
	var v T
	if len(data) > 0 {
		if err := json.Unmarshal(data, &v); err != nil {
			return nil, errors.Join(ErrCommand, err)
		}
	}
	return v, nil
}

func newAction(kind CommandKind, data []byte) (Action, error) {
	switch kind {
	case CmdEnroll:
		return readAction[Enroll](data)
	case CmdPurchase:
		return readAction[Purchase](data)
	case CmdEarn:
		return readAction[Earn](data)
	case CmdActivate:
		return readAction[Activate](data)
	case CmdRedeem:
		return readAction[Redeem](data)
	case CmdHold:
		return readAction[Hold](data)
	case CmdCapture:
		return readAction[Capture](data)
	case CmdRelease:
		return readAction[Release](data)
	case CmdReverse:
		return readAction[Reverse](data)
	case CmdRefund:
		return readAction[Refund](data)
	case CmdAdjust:
		return readAction[Adjust](data)
	case CmdTransfer:
		return readAction[Transfer](data)
	case CmdConvert:
		return readAction[Convert](data)
	case CmdClaimReward:
		return readAction[ClaimReward](data)
	case CmdCancelReward:
		return readAction[CancelReward](data)
	case CmdGrantTier:
		return readAction[GrantTier](data)
	case CmdRevokeTier:
		return readAction[RevokeTier](data)
	case CmdGesture:
		return readAction[Gesture](data)
	case CmdNotice:
		return readAction[Notice](data)
	case CmdJoin:
		return readAction[Join](data)
	case CmdMerge:
		return readAction[Merge](data)
	case CmdBlock:
		return readAction[Block](data)
	case CmdReinstate:
		return readAction[Reinstate](data)
	case CmdClose:
		return readAction[Close](data)
	case CmdTick:
		return readAction[Tick](data)
	case CmdReinstatePoints:
		return readAction[ReinstatePoints](data)
	case CmdExtend:
		return readAction[Extend](data)
	}
	return nil, fmt.Errorf("%w: no action of kind %d", ErrCommand, kind)
}
