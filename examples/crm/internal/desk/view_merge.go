package desk

import "time"

// ProposalView is two customers who may be one person.
type ProposalView struct {
	ID      string      `json:"id"`
	Left    CustomerRow `json:"left"`
	Right   CustomerRow `json:"right"`
	Verdict string      `json:"verdict"` // same, possible
	Percent string      `json:"percent"` // probability
	Weight  string      `json:"weight"`  // in bits
	Terms   []TermView  `json:"terms"`
	Notes   []string    `json:"notes"`
}

// TermView is what one comparison adds.
type TermView struct {
	Field  string `json:"field"`
	Level  string `json:"level"`
	Weight string `json:"weight"` // in bits
}

// MergeView is a merge that was made.
type MergeView struct {
	ID        string    `json:"id"`
	Winner    string    `json:"winner"`
	Loser     string    `json:"loser"`
	At        time.Time `json:"at"`
	By        string    `json:"by,omitempty"`
	Conflicts []string  `json:"conflicts"`
	Undone    bool      `json:"undone"`
}

// MergeCommand makes Loser part of Winner.
type MergeCommand struct {
	Key    string `json:"key"`
	Winner string `json:"winner"`
	Loser  string `json:"loser"`
	Agent  string `json:"agent,omitempty"`
}

// UndoMergeCommand undoes a merge.
type UndoMergeCommand struct {
	Key   string `json:"key"`
	Merge string `json:"merge"`
	Agent string `json:"agent,omitempty"`
}

// DistinctCommand says that two customers are not the same person.
type DistinctCommand struct {
	Key   string `json:"key"`
	Left  string `json:"left"`
	Right string `json:"right"`
}
