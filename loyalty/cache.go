package loyalty

import (
	"sort"
	"sync"
)

// cached is an account that an engine holds. Whoever has locked it may use and
// change all of it.
type cached struct {
	mu sync.Mutex
	id string
	remembered
	contended bool // another engine was first the last time
	used      bool // since the hand of the clock came by; under the cache's lock
}

// remembered is a state with its place in the log.
type remembered struct {
	account *Account // nil until it is loaded
	version int64    // entries that account holds
	sum     Sum      // of the last of them
	saved   int64    // version of the last snapshot that was written or read
}

// forget makes the next user load anew.
func (c *cached) forget() { c.remembered = remembered{} }

// cache keeps the accounts that were used lately. Which ones it drops never changes
// a result: they are loaded again.
type cache struct {
	mu   sync.Mutex
	by   map[string]*cached
	ring []*cached
	hand int
}

// get gives an account to lock. The second chance algorithm picks who goes when
// the cache is full.
func (c *cache) get(id string, size int) *cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.by[id]; e != nil {
		e.used = true
		return e
	}
	e := &cached{id: id}
	if size <= 0 {
		return e
	}
	if c.by == nil {
		c.by = map[string]*cached{}
	}
	c.by[id] = e
	if len(c.ring) < size {
		c.ring = append(c.ring, e)
		return e
	}
	for c.ring[c.hand].used {
		c.ring[c.hand].used = false
		c.hand = (c.hand + 1) % len(c.ring)
	}
	delete(c.by, c.ring[c.hand].id)
	c.ring[c.hand] = e
	c.hand = (c.hand + 1) % len(c.ring)
	return e
}

// held is the accounts that a call has locked: one, or several by id.
type held struct {
	one  *cached
	list []*cached
}

// lock locks accounts in the order of their ids, so that calls cannot deadlock.
func (e *Engine) lock(ids []string) held {
	if len(ids) == 1 {
		c := e.shard(ids[0]).get(ids[0], e.cacheSize())
		c.mu.Lock()
		return held{one: c}
	}
	sorted := append([]string(nil), ids...)
	sort.Strings(sorted)
	var h held
	for i, id := range sorted {
		if i > 0 && id == sorted[i-1] {
			continue
		}
		c := e.shard(id).get(id, e.cacheSize())
		c.mu.Lock()
		h.list = append(h.list, c)
	}
	return h
}

func (h held) unlock() {
	if h.one != nil {
		h.one.mu.Unlock()
	}
	for _, c := range h.list {
		c.mu.Unlock()
	}
}

// of is the account of an id that was locked.
func (h held) of(id string) *cached {
	if h.one != nil {
		return h.one
	}
	i := sort.Search(len(h.list), func(i int) bool { return h.list[i].id >= id })
	return h.list[i]
}

const cacheShards = 32

func (e *Engine) shard(id string) *cache { return &e.caches[shardOf("", id)%cacheShards] }

// cacheSize is how many accounts a shard keeps.
func (e *Engine) cacheSize() int {
	switch {
	case e.CacheSize < 0:
		return 0
	case e.CacheSize == 0:
		return 16384 / cacheShards
	}
	return (e.CacheSize + cacheShards - 1) / cacheShards
}
