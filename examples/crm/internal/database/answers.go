package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// Answer is the answers of one customer to one survey.
type Answer struct {
	ID       string
	Customer string
	Survey   string
	At       time.Time
	Answers  json.RawMessage // what was kept
	Scores   map[string]int  // by name: nps, csat, ces
	Case     string          // that a low score opened
}

// AddAnswer writes answers; ok is false where the id is known.
func AddAnswer(ctx context.Context, tx Tx, a Answer) (ok bool, err error) {
	scores, err := json.Marshal(a.Scores)
	if err != nil {
		return false, err
	}
	return inserted(tx.ExecContext(ctx, `INSERT INTO crm_answer (id, customer, survey, at, answers, scores, case_id) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		a.ID, a.Customer, a.Survey, Micros(a.At), string(a.Answers), string(scores), a.Case))
}

// AnswersOf reads the answers of a customer in order of time.
func AnswersOf(ctx context.Context, tx Tx, customer string) ([]Answer, error) {
	return answers(ctx, tx, `WHERE customer = ? ORDER BY at, id`, customer)
}

// Answers reads all answers in order of time.
func Answers(ctx context.Context, tx Tx) ([]Answer, error) {
	return answers(ctx, tx, `ORDER BY at, id`)
}

func answers(ctx context.Context, tx Tx, where string, args ...any) ([]Answer, error) {
	var out []Answer
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var a Answer
		var at int64
		var kept, scores string
		if err := rows.Scan(&a.ID, &a.Customer, &a.Survey, &at, &kept, &scores, &a.Case); err != nil {
			return err
		}
		a.At, a.Answers = Time(at), json.RawMessage(kept)
		if err := json.Unmarshal([]byte(scores), &a.Scores); err != nil {
			return err
		}
		out = append(out, a)
		return nil
	}, `SELECT id, customer, survey, at, answers, scores, case_id FROM crm_answer `+where, args...)
	return out, err
}

// AddRefused remembers an imported answer that was refused; ok is false where it is known.
func AddRefused(ctx context.Context, tx Tx, id, code string) (ok bool, err error) {
	return inserted(tx.ExecContext(ctx, `INSERT INTO crm_refused (id, code) VALUES (?, ?) ON CONFLICT DO NOTHING`, id, code))
}

// Refused counts refused answers by code, in the order of the codes.
func Refused(ctx context.Context, tx Tx) (codes []string, counts []int64, err error) {
	err = each(ctx, tx, func(rows *sql.Rows) error {
		var code string
		var n int64
		if err := rows.Scan(&code, &n); err != nil {
			return err
		}
		codes, counts = append(codes, code), append(counts, n)
		return nil
	}, `SELECT code, count(*) FROM crm_refused GROUP BY code ORDER BY code`)
	return codes, counts, err
}
