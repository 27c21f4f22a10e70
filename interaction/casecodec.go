package interaction

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

type eventJSON struct {
	Case    string          `json:"case"`
	Seq     uint64          `json:"seq"`
	At      time.Time       `json:"at"`
	Command string          `json:"command,omitzero"`
	By      Actor           `json:"by,omitzero"`
	Kind    string          `json:"kind"`
	Change  json.RawMessage `json:"change"`
}

// MarshalJSON writes the event with the kind of its change.
func (e Event) MarshalJSON() ([]byte, error) {
	if e.Change == nil {
		return nil, fmt.Errorf("%w: an event without a change", ErrInvalid)
	}
	change, err := json.Marshal(e.Change)
	if err != nil {
		return nil, err
	}
	return json.Marshal(eventJSON{e.Case, e.Seq, e.At, e.Command, e.By, e.Change.Kind(), change})
}

// UnmarshalJSON reads what MarshalJSON writes, strictly: unknown kinds
// (ErrUnknown), unknown keys and wrong types are faults.
func (e *Event) UnmarshalJSON(data []byte) error {
	n, err := strictjson.Parse(data, nil)
	if err != nil {
		return errors.Join(ErrInvalid, err)
	}
	var doc struct {
		Case    string    `json:"case" strictjson:"required"`
		Seq     uint64    `json:"seq" strictjson:"required"`
		At      time.Time `json:"at" strictjson:"required"`
		Command string    `json:"command"`
		By      Actor     `json:"by"`
		Kind    string    `json:"kind" strictjson:"required"`
		Change  part      `json:"change" strictjson:"required"`
	}
	if err := strictjson.DecodeNode(n, &doc); err != nil {
		return errors.Join(ErrInvalid, err)
	}
	change, err := readChange(doc.Kind, doc.Change.node)
	if err != nil {
		return err
	}
	*e = Event{doc.Case, doc.Seq, doc.At, doc.Command, doc.By, change}
	return nil
}

// part keeps a part of a document for later.
type part struct{ node *strictjson.Node }

// UnmarshalNode keeps the node.
func (p *part) UnmarshalNode(n *strictjson.Node, _ string, _ *strictjson.Faults) { p.node = n }

func decodeChange[T Change](n *strictjson.Node) (Change, error) {
	var x T
	if err := strictjson.DecodeNode(n, &x); err != nil {
		return nil, errors.Join(ErrInvalid, err)
	}
	return x, nil
}

func readChange(kind string, n *strictjson.Node) (Change, error) {
	switch kind {
	case CaseOpened{}.Kind():
		return decodeChange[CaseOpened](n)
	case MessageReceived{}.Kind():
		return decodeChange[MessageReceived](n)
	case MessageSent{}.Kind():
		return decodeChange[MessageSent](n)
	case NoteAdded{}.Kind():
		return decodeChange[NoteAdded](n)
	case StatusChanged{}.Kind():
		return decodeChange[StatusChanged](n)
	case OwnerAssigned{}.Kind():
		return decodeChange[OwnerAssigned](n)
	case HandedOff{}.Kind():
		return decodeChange[HandedOff](n)
	case ConcernAcknowledged{}.Kind():
		return decodeChange[ConcernAcknowledged](n)
	case PlaybookStarted{}.Kind():
		return decodeChange[PlaybookStarted](n)
	case StepRecorded{}.Kind():
		return decodeChange[StepRecorded](n)
	case WorkRecorded{}.Kind():
		return decodeChange[WorkRecorded](n)
	case EscalationChanged{}.Kind():
		return decodeChange[EscalationChanged](n)
	case PromiseMade{}.Kind():
		return decodeChange[PromiseMade](n)
	case PromiseSettled{}.Kind():
		return decodeChange[PromiseSettled](n)
	case PromiseDropped{}.Kind():
		return decodeChange[PromiseDropped](n)
	case SolutionVerified{}.Kind():
		return decodeChange[SolutionVerified](n)
	case GestureMade{}.Kind():
		return decodeChange[GestureMade](n)
	case CaseMerged{}.Kind():
		return decodeChange[CaseMerged](n)
	case CaseAbsorbed{}.Kind():
		return decodeChange[CaseAbsorbed](n)
	default:
		return nil, &FieldError{Field: "kind", Value: shorten(kind), Detail: "is no kind of change", Err: ErrUnknown}
	}
}
