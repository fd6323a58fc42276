// Package cache keeps bytes for a while, under tags by which they are dropped.
//
// It is Redis, or a Redis in this process when none is configured, and there is
// one code path for both. What is in it can be made again at any moment: a
// server that is slow, empty or gone is a miss, never an error, and after a
// failure it is left alone for a second so that requests do not queue up behind
// it. Nothing may live only here.
//
//	body, err := c.GetOrLoad(ctx, "fragment:nav", time.Hour, []string{"nav"}, render)
//	…
//	err := c.InvalidateTags(ctx, "nav")
//
// A tag is a key with a random word in it. An entry remembers the words its tags
// had before its value was loaded, and is good as long as they are still there;
// InvalidateTags removes them. So a value that was loaded before an invalidation
// and stored after it is not served, and a tag that Redis evicts costs a miss.
//
// InvalidateTags is the one call that reports a failure, because entries would
// outlive what they show: retry it from a job, or let their time run out.
//
// Rate limits and others that need Redis itself share the connection by Client.
// The one in process is bounded: the least recently used entries go first.
package cache
