package desk

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/examples/sqlite/casestore"
	"github.com/rapport-go/rapport/examples/sqlite/customerstore"
	"github.com/rapport-go/rapport/examples/sqlite/loyaltystore"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/loyalty"
)

// unit is one transaction: the host's rows and the stores of the wings in it.
type unit struct {
	database.Tx
	app    *App
	at     time.Time
	key    string
	engine *loyalty.Engine // remembers accounts for as long as the transaction lasts
}

// newUnit is a unit in a transaction that has begun.
func (a *App) newUnit(tx database.Tx, at time.Time, key string) unit {
	const accounts = 64
	engine := a.points.On(loyaltystore.InTx(tx))
	engine.CacheSize = accounts
	return unit{Tx: tx, app: a, at: at, key: key, engine: engine}
}

func (u unit) points() *loyalty.Engine { return u.engine }

func (u unit) people() *customer.Directory {
	return &customer.Directory{Store: customerstore.InTx(u.Tx), Salt: u.app.people.Salt}
}

func (u unit) cases() *interaction.Desk {
	return &interaction.Desk{Rules: u.app.rules.cases, Store: casestore.InTx(u.Tx)}
}

// part is a key of a part of the command, for the store of a wing.
func (u unit) part(name string) string { return "desk/" + u.key + "/" + name }

// maxKey is the longest key of a command in bytes.
const maxKey = 128

// once carries out a command in one transaction, or finds the answer that it got when it
// was carried out before. asked is what was asked, without the key: the same key with
// something else is ErrKeyUsed.
func once[R any](ctx context.Context, a *App, kind, key, who string, asked any, do func(ctx context.Context, u unit) (R, error)) (result R, replayed bool, err error) {
	if key == "" || len(key) > maxKey || strings.TrimSpace(key) != key {
		return result, false, invalid("/key", "key", "a key of 1 to 128 bytes is needed, so that a retry does nothing twice")
	}
	body, err := json.Marshal(asked)
	if err != nil {
		return result, false, err
	}
	hash := sha256.Sum256(append([]byte(kind+"\x00"), body...))
	err = a.db.Update(ctx, func(ctx context.Context, tx database.Tx) error {
		known, ok, err := database.FindCommand(ctx, tx, key)
		if err != nil {
			return err
		}
		if ok {
			if known.Kind != kind || known.Hash != hash {
				return &ProblemError{Kind: ErrKeyUsed, Problems: []Problem{{"/key", "key_used", "the key was used for another command"}}}
			}
			replayed = true
			return json.Unmarshal(known.Result, &result)
		}
		if a.world.left(who) { // their record was found before they were erased
			return notFound("/customer", "customer")
		}
		u := a.newUnit(tx, a.Now(), key)
		if result, err = do(ctx, u); err != nil {
			return err
		}
		text, err := json.Marshal(result)
		if err != nil {
			return err
		}
		return database.AddCommand(ctx, tx, database.Command{Key: key, Kind: kind, Hash: hash, Customer: who, At: u.at, Result: text})
	})
	return result, replayed, translate(err)
}

// invalid is one problem with the input.
func invalid(path, code, message string) error {
	return &ProblemError{Kind: ErrInvalid, Problems: []Problem{{path, code, message}}}
}

func notFound(path, what string) error {
	return &ProblemError{Kind: ErrNotFound, Problems: []Problem{{path, "not_found", "there is no such " + what}}}
}

// check gathers problems with the input.
type check []Problem

func (c *check) need(ok bool, path, code, message string) {
	if !ok {
		*c = append(*c, Problem{path, code, message})
	}
}

func (c check) err() error {
	if len(c) == 0 {
		return nil
	}
	return &ProblemError{Kind: ErrInvalid, Problems: c}
}

// translate makes the errors of the wings ErrInvalid, ErrNotFound, ErrRefused or
// ErrConflict, each with a path into the command where the wing names a field.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var already *ProblemError
	if errors.As(err, &already) {
		return err
	}
	kind, path, code := error(nil), "", ""
	var refused *loyalty.RefusedError
	var transition *interaction.TransitionError
	switch {
	case errors.As(err, &refused):
		path, code, kind = pointsProblem(refused)
	case errors.Is(err, loyalty.ErrKeyConflict), errors.Is(err, customer.ErrKeyConflict), errors.Is(err, interaction.ErrDuplicate):
		kind, path, code = ErrKeyUsed, "/key", "key_used"
	case errors.Is(err, customer.ErrUnknown):
		kind, path, code = ErrNotFound, "/customer", "not_found"
	case errors.Is(err, interaction.ErrUnknown):
		kind, path, code = ErrNotFound, "/case", "not_found"
	case errors.Is(err, customer.ErrContact):
		kind, path, code = ErrInvalid, "/value", "contact"
	case errors.Is(err, customer.ErrConsent):
		kind, path, code = ErrInvalid, "/purpose", "consent"
	case errors.Is(err, customer.ErrMerge):
		kind, path, code = ErrRefused, "/loser", "merge"
	case errors.Is(err, customer.ErrPrivacy), errors.Is(err, customer.ErrCommand), errors.Is(err, customer.ErrCustomer):
		kind, code = ErrRefused, "refused"
	case errors.Is(err, customer.ErrRevision), errors.Is(err, interaction.ErrConflict), errors.Is(err, loyalty.ErrContention):
		kind, code = ErrConflict, "conflict"
	case errors.As(err, &transition):
		kind, path, code = ErrRefused, "/act", "transition"
	case errors.Is(err, interaction.ErrInvalid):
		kind, code = ErrInvalid, "invalid"
	case errors.Is(err, interaction.ErrTransition), errors.Is(err, interaction.ErrFinal), errors.Is(err, interaction.ErrEarly),
		errors.Is(err, interaction.ErrNotAcknowledged), errors.Is(err, interaction.ErrOrder), errors.Is(err, interaction.ErrEvidence), errors.Is(err, interaction.ErrTop):
		kind, path, code = ErrRefused, "/act", "refused"
	default:
		return err
	}
	text := words(err)
	if code == "tier" {
		text = "the reward is for members of another level"
	}
	return &ProblemError{Kind: kind, Problems: []Problem{{path, code, text}}, Cause: err}
}

// words are the text of an error without the names of packages.
func words(err error) string {
	text := err.Error()
	for _, prefix := range []string{"loyalty: ", "customer: ", "interaction: "} {
		text = strings.ReplaceAll(text, prefix, "")
	}
	return text
}
