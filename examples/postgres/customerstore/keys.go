package customerstore

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rapport-go/rapport/customer"
)

// keyBytes is the length of a key: AES-256.
const keyBytes = 32

// Keys is a customer.Sealer whose keys stand in the table customer_seal, one for each
// subject, each wrapped under a master key of the host's: AES-256 in Galois/Counter
// Mode (NIST SP 800-38D) for both. It reads a key with every call, so that a destroyed
// one is of no use to anybody from then on; see [Keys.Remember] for fewer calls.
type Keys struct {
	db     statements
	tenant string
	master cipher.AEAD

	mu    *sync.Mutex
	known map[customer.ID][]byte // nil: nothing is remembered
}

var _ customer.Sealer = (*Keys)(nil)

// NewKeys gives a sealer on a pool. The master key has 32 bytes and is kept outside of
// the database.
func NewKeys(pool *pgxpool.Pool, master []byte, o *Options) (*Keys, error) {
	aead, err := newAEAD(master)
	if err != nil {
		return nil, err
	}
	return &Keys{db: pool, tenant: o.tenant(), master: aead}, nil
}

// In is the sealer inside a transaction of the host's: keys that it makes or destroys
// are there once the host commits. Like the transaction it serves one goroutine.
func (k *Keys) In(tx pgx.Tx) *Keys { return &Keys{db: tx, tenant: k.tenant, master: k.master} }

// Remember is a sealer that reads each key once. It is made for one request and let go
// with it, so that it does not outlive a destroyed key for long.
func (k *Keys) Remember() *Keys {
	return &Keys{db: k.db, tenant: k.tenant, master: k.master, mu: &sync.Mutex{}, known: map[customer.ID][]byte{}}
}

const (
	sqlWrapped = `SELECT wrapped FROM customer_seal WHERE tenant = $1 AND subject = $2`
	sqlWrap    = `INSERT INTO customer_seal (tenant, subject, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	sqlDestroy = `INSERT INTO customer_seal (tenant, subject, wrapped) VALUES ($1, $2, NULL)
		ON CONFLICT (tenant, subject) DO UPDATE SET wrapped = NULL`
	sqlAllWrapped = `SELECT subject, wrapped FROM customer_seal WHERE tenant = $1 AND wrapped IS NOT NULL ORDER BY subject FOR UPDATE`
	sqlRewrap     = `UPDATE customer_seal SET wrapped = $3 WHERE tenant = $1 AND subject = $2`
)

// Seal implements customer.Sealer.
func (k *Keys) Seal(ctx context.Context, subject customer.ID, plain, aad []byte) ([]byte, error) {
	key, err := k.key(ctx, subject)
	if errors.Is(err, pgx.ErrNoRows) {
		if err = k.make(ctx, subject); err == nil {
			key, err = k.key(ctx, subject) // perhaps another's, who was first
		}
	}
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	return seal(aead, plain, aad), nil
}

// Open implements customer.Sealer. For a subject that never had a key it is an error.
func (k *Keys) Open(ctx context.Context, subject customer.ID, sealed, aad []byte) ([]byte, error) {
	key, err := k.key(ctx, subject)
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	return open(aead, sealed, aad)
}

// Destroy implements customer.Sealer. See [Rewrite] for what is left on the disk.
func (k *Keys) Destroy(ctx context.Context, subject customer.ID) error {
	k.remember(subject, nil)
	_, err := k.db.Exec(ctx, sqlDestroy, k.tenant, string(subject))
	return err
}

// Rewrap wraps all keys of the tenant under another master key, in the transaction of
// the host's, so that backups of the table from before are of no use once the old one is
// gone. The sealers made with the old one are to be let go.
func (k *Keys) Rewrap(ctx context.Context, tx pgx.Tx, master []byte) (n int, err error) {
	next, err := newAEAD(master)
	if err != nil {
		return 0, err
	}
	rows, err := tx.Query(ctx, sqlAllWrapped, k.tenant)
	if err != nil {
		return 0, err
	}
	type wrapped struct {
		Subject string
		Wrapped []byte
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrapped])
	if err != nil {
		return 0, err
	}
	b := &pgx.Batch{}
	for _, w := range all {
		key, err := open(k.master, w.Wrapped, k.aad(customer.ID(w.Subject)))
		if err != nil {
			return 0, err
		}
		b.Queue(sqlRewrap, k.tenant, w.Subject, seal(next, key, k.aad(customer.ID(w.Subject))))
	}
	return len(all), tx.SendBatch(ctx, b).Close()
}

// key is that of a subject; pgx.ErrNoRows where none was made.
func (k *Keys) key(ctx context.Context, subject customer.ID) ([]byte, error) {
	if k.known != nil {
		k.mu.Lock()
		key := k.known[subject]
		k.mu.Unlock()
		if key != nil {
			return key, nil
		}
	}
	var wrapped []byte
	if err := k.db.QueryRow(ctx, sqlWrapped, k.tenant, string(subject)).Scan(&wrapped); err != nil {
		return nil, err
	}
	if wrapped == nil {
		return nil, customer.ErrKeyDestroyed
	}
	key, err := open(k.master, wrapped, k.aad(subject))
	if err == nil {
		k.remember(subject, key)
	}
	return key, err
}

func (k *Keys) remember(subject customer.ID, key []byte) {
	if k.known != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.known[subject] = key
	}
}

func (k *Keys) make(ctx context.Context, subject customer.ID) error {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails
	_, err := k.db.Exec(ctx, sqlWrap, k.tenant, string(subject), seal(k.master, key, k.aad(subject)))
	return err
}

// aad binds a wrapped key to whose it is.
func (k *Keys) aad(subject customer.ID) []byte { return fmt.Appendf(nil, "%q %q", k.tenant, subject) }

func newAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != keyBytes {
		return nil, fmt.Errorf("customerstore: a key has %d bytes, not %d", keyBytes, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal puts a nonce by chance before the text.
func seal(aead cipher.AEAD, plain, aad []byte) []byte {
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails
	return aead.Seal(nonce, nonce, plain, aad)
}

func open(aead cipher.AEAD, sealed, aad []byte) ([]byte, error) {
	if len(sealed) < aead.NonceSize() {
		return nil, errors.New("customerstore: too short to be sealed")
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], aad)
}
