package interaction

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// MarshalJSON writes the records in order, as an array.
func (t Timeline) MarshalJSON() ([]byte, error) {
	return json.Marshal(slices.AppendSeq(make([]Interaction, 0, t.Len()), t.All()))
}

// UnmarshalJSON reads what MarshalJSON writes, the records in any order, and reads
// it strictly: unknown and repeated keys, wrong types and values outside a
// vocabulary are faults, each with its path; so is every invalid record. All
// unwrap to ErrInvalid, and the timeline is then left as it was. A null changes
// nothing.
func (t *Timeline) UnmarshalJSON(data []byte) error {
	// What is in memory may be read whole: no document has more values than bytes.
	root, err := strictjson.Parse(data, &strictjson.Limits{Bytes: len(data) + 1, Nodes: len(data) + 1})
	if err != nil {
		return errors.Join(ErrInvalid, err)
	}
	if root.Kind == strictjson.Null {
		return nil
	}
	var faults strictjson.Faults
	if root.Kind != strictjson.Array {
		faults.Add("", strictjson.ErrType, "want an array of records, have %s", root.Kind)
	}
	records := make([]Interaction, len(root.Items))
	for i := range root.Items {
		readInteraction(&root.Items[i], &records[i], strictjson.Index("", i), &faults)
	}
	if err := faults.Err(); err != nil {
		return errors.Join(ErrInvalid, err)
	}
	got, err := NewTimeline(records...)
	if err == nil {
		*t = got
	}
	return err
}

// readInteraction reads a record. A sentiment is not text but a number, so it is
// read apart.
func readInteraction(n *strictjson.Node, x *Interaction, path string, faults *strictjson.Faults) {
	n.Members = slices.DeleteFunc(n.Members, func(m strictjson.Member) bool {
		if m.Key != "sentiment" {
			return false
		}
		readSentiment(&m.Value, &x.Sentiment, strictjson.Field(path, m.Key), faults)
		return true
	})
	strictjson.Into(n, x, path, faults)
}

func readSentiment(n *strictjson.Node, s *Sentiment, path string, faults *strictjson.Faults) {
	switch n.Kind {
	case strictjson.Null:
	case strictjson.Number:
		score, err := strconv.ParseFloat(n.Text, 64)
		if err == nil {
			*s, err = NewSentiment(score)
		}
		if err != nil {
			faults.Add(path, strictjson.ErrValue, "must lie between -1 and 1")
		}
	default:
		faults.Add(path, strictjson.ErrType, "want a number or null, have %s", n.Kind)
	}
}
