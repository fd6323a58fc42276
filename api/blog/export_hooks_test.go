package blog

import "time"

// SetHookPatience changes how long the database may take to write a webhook down.
func (y *Sync) SetHookPatience(d time.Duration) { y.hookPatience = d }
