// Lists whose pages stay as they are when something newer comes.

package contract

// ListPlace is where an item stands in a list.
type ListPlace struct {
	Ordinal int `json:"ordinal" required:"false" minimum:"0" example:"161" doc:"Counts what came into the list, and stays. Absent until the item has been built into a page. With include=ordinals."`
	Page    int `json:"page" required:"false" minimum:"0" example:"9" doc:"The stable page that it is on; 0 is the open page. Absent as ordinal is."`
}

// ListPages are the stable pages of a list, counted from the oldest: those from 1
// to Sealed hold Size ordinals each and get no new items; what came after them is
// on the open page, which has the number 0.
type ListPages struct {
	Size   int  `json:"size" minimum:"1" example:"20" doc:"How many ordinals a sealed page holds: page n those from size*(n-1) until size*n."`
	Sealed int  `json:"sealed" minimum:"0" example:"9" doc:"How many pages are sealed: they get no new items. Items after them are on the open page, 0."`
	Newer  *int `json:"newer,omitempty" minimum:"0" example:"0" doc:"With page: the next one to the newer side that has items; absent at the end."`
	Older  *int `json:"older,omitempty" minimum:"0" example:"8" doc:"With page: the next one to the older side that has items; absent at the end."`
}
