// What must be known of food before it is bought: retained Regulation (EU)
// 1169/2011, articles 9 and 14.

package contract

// AllergenCode names one of the fourteen of Annex II.
type AllergenCode string

// The fourteen, in the order in which they are always listed.
const (
	Celery      AllergenCode = "celery"
	Gluten      AllergenCode = "gluten" // cereals containing it
	Crustaceans AllergenCode = "crustaceans"
	Eggs        AllergenCode = "eggs"
	Fish        AllergenCode = "fish"
	Lupin       AllergenCode = "lupin"
	Milk        AllergenCode = "milk"
	Molluscs    AllergenCode = "molluscs"
	Mustard     AllergenCode = "mustard"
	Nuts        AllergenCode = "nuts"
	Peanuts     AllergenCode = "peanuts"
	Sesame      AllergenCode = "sesame"
	Soya        AllergenCode = "soya"
	Sulphites   AllergenCode = "sulphites"
)

// AllergenCodes are the fourteen in that order. Nobody changes it: answers, forms and
// files are in it, and the bits of market.free_bits in the database.
var AllergenCodes = []AllergenCode{
	Celery, Gluten, Crustaceans, Eggs, Fish, Lupin, Milk, Molluscs, Mustard, Nuts, Peanuts, Sesame, Soya, Sulphites,
}

// AllergenState is what is known of an allergen in a product.
type AllergenState string

// Unknown is not absent: whoever has to know must check the label.
const (
	Contains   AllergenState = "contains"
	MayContain AllergenState = "may_contain"
	FreeOf     AllergenState = "free"
	Unknown    AllergenState = "unknown"
)

// Allergen is what is known of one allergen. Detail names the cereal, the nut or
// the like.
type Allergen struct {
	Code   AllergenCode  `json:"code" enum:"celery,gluten,crustaceans,eggs,fish,lupin,milk,molluscs,mustard,nuts,peanuts,sesame,soya,sulphites" example:"gluten"`
	State  AllergenState `json:"state" enum:"contains,may_contain,free,unknown" example:"contains" doc:"unknown is not absent: check the label."`
	Detail string        `json:"detail,omitempty" maxLength:"100" example:"rye, wheat" doc:"Which cereal, nut or the like."`
}

// NutritionBasis is the amount that nutrition is given for.
type NutritionBasis string

// Solids are given by weight, liquids by volume.
const (
	Per100g  NutritionBasis = "100g"
	Per100ml NutritionBasis = "100ml"
)

// Nutrition is what 100 g or 100 ml hold: energy in kJ and kcal, the rest in
// milligrams. Fibre may be left out. ServingQuantity, in g or ml as Per is, may say
// how much is eaten at once.
type Nutrition struct {
	Per             NutritionBasis `json:"per" enum:"100g,100ml" example:"100g"`
	EnergyKJ        int64          `json:"energy_kj" minimum:"0" maximum:"4000" example:"920"`
	EnergyKcal      int64          `json:"energy_kcal" minimum:"0" maximum:"1000" example:"218"`
	FatMg           int64          `json:"fat_mg" minimum:"0" maximum:"140000" example:"1400" doc:"Milligrams."`
	SaturatesMg     int64          `json:"saturates_mg" minimum:"0" maximum:"140000" example:"200" doc:"Milligrams; part of the fat."`
	CarbohydrateMg  int64          `json:"carbohydrate_mg" minimum:"0" maximum:"140000" example:"43000" doc:"Milligrams."`
	SugarsMg        int64          `json:"sugars_mg" minimum:"0" maximum:"140000" example:"2100" doc:"Milligrams; part of the carbohydrate."`
	FibreMg         *int64         `json:"fibre_mg,omitempty" minimum:"0" maximum:"140000" example:"7400" doc:"Milligrams."`
	ProteinMg       int64          `json:"protein_mg" minimum:"0" maximum:"140000" example:"6500" doc:"Milligrams."`
	SaltMg          int64          `json:"salt_mg" minimum:"0" maximum:"140000" example:"1100" doc:"Milligrams."`
	ServingQuantity int64          `json:"serving_quantity,omitempty" minimum:"0" maximum:"10000" example:"50" doc:"g or ml, as per is."`
}

// Origin is where food comes from. Country is an ISO 3166-1 code.
type Origin struct {
	Country string `json:"country,omitempty" pattern:"^([A-Z]{2})?$" maxLength:"2" example:"GB" doc:"ISO 3166-1 alpha-2."`
	Region  string `json:"region,omitempty" maxLength:"200" example:"Suffolk, England"`
}

// Business is who answers for the product (article 8).
type Business struct {
	Name    string `json:"name,omitempty" maxLength:"200" example:"Rose Ash Bakery"`
	Address string `json:"address,omitempty" maxLength:"500" example:"1 Mill Lane, Bury St Edmunds IP33 1AA"`
}

// Particulars is what must be known of food before it is bought. Ingredients is
// Markdown in which allergens stand in bold; IngredientsHTML what was made of it.
// Allergens are always all fourteen. A nil Nutrition is not declared.
type Particulars struct {
	LegalName       string     `json:"legal_name" example:"Rye bread" doc:"What the product is in law, where its name does not say it."`
	Ingredients     string     `json:"ingredients" example:"Wholemeal **rye** flour, water, salt" doc:"Markdown, allergens in bold."`
	IngredientsHTML string     `json:"ingredients_html" example:"Wholemeal <strong>rye</strong> flour, water, salt" doc:"The ingredients as sanitised HTML."`
	Allergens       []Allergen `json:"allergens" doc:"All fourteen. Where a variant has its own, those hold for it."`
	Nutrition       *Nutrition `json:"nutrition,omitempty" doc:"Absent where it is not declared."`
	Storage         string     `json:"storage" example:"Keep cool and dry."`
	Usage           string     `json:"usage" example:"Toast from the third day on."`
	Origin          Origin     `json:"origin"`
	Business        Business   `json:"business" doc:"Who answers for the product."`
	AgeLimit        int        `json:"age_limit" example:"0" doc:"Years; 0: none."`
}
