// Opening a cache on a Redis, or on one in process.

package cache

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// A cache that is slower than the database is of no use, so these are short.
const (
	dialTimeout = time.Second
	ioTimeout   = 500 * time.Millisecond
)

func init() {
	// The driver would write each failed dial to standard error; the cache says
	// once that it goes on without Redis, and once that it is back.
	redis.SetLogger(silence{})
}

type silence struct{}

// Printf drops a message of the driver.
func (silence) Printf(context.Context, string, ...any) {}

// Open returns a cache on the Redis of a URL (redis://, rediss:// or unix://),
// or on one in this process if the URL is empty. A Redis that does not answer is
// no error; a URL that cannot be read is, and the error does not repeat it.
func Open(ctx context.Context, redisURL string) (*Cache, error) {
	c := &Cache{health: health{pause: pause}}
	options := &redis.Options{}
	if redisURL == "" {
		c.embedded = startEmbedded()
		options.Addr = "in-process"
		options.Dialer = c.embedded.dial
	} else {
		var err error
		if options, err = redis.ParseURL(redisURL); err != nil {
			return nil, errors.New("cache: the Redis URL cannot be read")
		}
	}
	options.DialTimeout, options.DialerRetries = dialTimeout, 1
	options.ReadTimeout, options.WriteTimeout, options.PoolTimeout = ioTimeout, ioTimeout, ioTimeout
	options.ContextTimeoutEnabled = true
	options.MaxRetries = 1
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	c.client = redis.NewClient(options)
	c.health.report(ctx, c.client.Ping(ctx).Err())
	return c, nil
}

// Client is the connection pool itself, for what needs more of Redis than a
// cache. Keys there have another prefix than "roseash:cache:" and "roseash:tag:"
// and always a time to live: in process, nothing else removes them.
func (c *Cache) Client() redis.UniversalClient { return c.client }

// InProcess tells whether Redis runs in this process.
func (c *Cache) InProcess() bool { return c.embedded != nil }

// Close closes the connections, and ends the Redis in process with all it holds.
func (c *Cache) Close() error {
	err := c.client.Close()
	c.embedded.stop()
	return err
}
