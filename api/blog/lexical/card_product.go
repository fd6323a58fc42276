// The card of a product that is spoken of: a picture, stars and a link.

package lexical

// star is the drawing of one star.
const star = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M12.729,1.2l3.346,6.629,6.44.638a.805.805,0,0,1,.5,1.374l-5.3,5.253,1.965,7.138a.813.813,0,0,1-1.151.935L12,19.934,5.48,23.163a.813.813,0,0,1-1.151-.935L6.294,15.09.99,9.837a.805.805,0,0,1,.5-1.374l6.44-.638L11.271,1.2A.819.819,0,0,1,12.729,1.2Z"></path></svg>`

// cardProduct writes the product.
func cardProduct(r *renderer, n node) string {
	title, description, image := n.str("productTitle"), n.str("productDescription"), n.str("productImageSrc")
	button, rating := n.is("productButtonEnabled", false), n.is("productRatingEnabled", false)
	if title == "" && description == "" && image == "" && !rating && (!button || n.str("productUrl") == "" || n.str("productButton") == "") {
		return ""
	}
	w := r.writer().put(`<div class="kg-card kg-product-card">
            <div class="kg-product-card-container">
                `)
	if image != "" {
		w.put("<img").attr("src", image)
		for _, side := range [][2]string{{"width", "productImageWidth"}, {"height", "productImageHeight"}} {
			if n.truthy(side[1]) {
				w.attr(side[0], n.str(side[1]))
			}
		}
		w.put(` class="kg-product-card-image" loading="lazy">`)
	}
	w.put(`
                <div class="kg-product-card-title-container">
                    <h4 class="kg-product-card-title">`).phrase(title).put(`</h4>
                </div>
                `)
	if rating {
		stars := 5.0
		if n.has("productStarRating") {
			stars = n.num("productStarRating")
		}
		w.put(`
                    <div class="kg-product-card-rating">`)
		for i := range 5 {
			w.put(`
                        <span class="`, chosen(stars >= float64(i+1), "kg-product-card-rating-active"), ` kg-product-card-rating-star">`, star, `</span>`)
		}
		w.put(`
                    </div>
                `)
	}
	w.put(`

                <div class="kg-product-card-description">`).html(description).put(`</div>
                `)
	if button {
		w.put(`
                    <a`).attr("href", n.str("productUrl")).put(` class="kg-product-card-button kg-product-card-btn-accent" target="_blank" rel="noopener noreferrer"><span>`).label(n.str("productButton")).put(`</span></a>
                `)
	}
	return w.put(`
            </div>
        </div>`).card()
}
