// Nutrition as an editor sets it, and what may stand there.

package market

import (
	"rose-ash.com/roseash/api/shared/contract"
)

// undeclared is the basis by which an editor takes nutrition back.
const undeclared = "none"

// NutritionFields are contract.Nutrition as an editor sets it: all seven figures that
// the law wants (retained Regulation (EU) 1169/2011, article 30), or Per "none" for
// what is not declared.
type NutritionFields struct {
	Per             contract.NutritionBasis `json:"per" enum:"100g,100ml,none" example:"100g" doc:"none: nutrition is not declared, and nothing else is given."`
	EnergyKJ        *int64                  `json:"energy_kj,omitempty" minimum:"0" maximum:"4000" example:"920" doc:"About 4.184 times the kilocalories."`
	EnergyKcal      *int64                  `json:"energy_kcal,omitempty" minimum:"0" maximum:"1000" example:"218"`
	FatMg           *int64                  `json:"fat_mg,omitempty" minimum:"0" maximum:"140000" example:"1400" doc:"Milligrams."`
	SaturatesMg     *int64                  `json:"saturates_mg,omitempty" minimum:"0" maximum:"140000" example:"200" doc:"Milligrams; part of the fat."`
	CarbohydrateMg  *int64                  `json:"carbohydrate_mg,omitempty" minimum:"0" maximum:"140000" example:"43000" doc:"Milligrams."`
	SugarsMg        *int64                  `json:"sugars_mg,omitempty" minimum:"0" maximum:"140000" example:"2100" doc:"Milligrams; part of the carbohydrate."`
	FibreMg         *int64                  `json:"fibre_mg,omitempty" minimum:"0" maximum:"140000" example:"7400" doc:"Milligrams; may be left out."`
	ProteinMg       *int64                  `json:"protein_mg,omitempty" minimum:"0" maximum:"140000" example:"6500" doc:"Milligrams."`
	SaltMg          *int64                  `json:"salt_mg,omitempty" minimum:"0" maximum:"140000" example:"1100" doc:"Milligrams."`
	ServingQuantity *int64                  `json:"serving_quantity,omitempty" minimum:"0" maximum:"10000" example:"50" doc:"g or ml, as per is; may be left out."`
}

// FieldsOfNutrition are the fields that set n; nil takes it back.
func FieldsOfNutrition(n *contract.Nutrition) *NutritionFields {
	if n == nil {
		return &NutritionFields{Per: undeclared}
	}
	return &NutritionFields{
		Per: n.Per, EnergyKJ: &n.EnergyKJ, EnergyKcal: &n.EnergyKcal, FatMg: &n.FatMg, SaturatesMg: &n.SaturatesMg,
		CarbohydrateMg: &n.CarbohydrateMg, SugarsMg: &n.SugarsMg, FibreMg: n.FibreMg, ProteinMg: &n.ProteinMg,
		SaltMg: &n.SaltMg, ServingQuantity: orNil(n.ServingQuantity),
	}
}

// store is what the fields say, nil where it is not declared. It fails with 422 on a
// figure that is missing or cannot be: parts above their whole, a sum above what
// 100 g or 100 ml weigh, energies that are not the same.
func (f NutritionFields) store() (*contract.Nutrition, error) {
	const at = "body.nutrition."
	figures := []struct {
		name string
		is   *int64
		most int64
	}{
		{"energy_kj", f.EnergyKJ, 4000}, {"energy_kcal", f.EnergyKcal, 1000}, {"fat_mg", f.FatMg, 140_000},
		{"saturates_mg", f.SaturatesMg, 140_000}, {"carbohydrate_mg", f.CarbohydrateMg, 140_000}, {"sugars_mg", f.SugarsMg, 140_000},
		{"protein_mg", f.ProteinMg, 140_000}, {"salt_mg", f.SaltMg, 140_000},
		{"fibre_mg", f.FibreMg, 140_000}, {"serving_quantity", f.ServingQuantity, 10_000},
	}
	const wanted = 8 // of them; the last two may be left out
	if f.Per == undeclared {
		for _, figure := range figures {
			if figure.is != nil {
				return nil, invalid(at+figure.name, "expected nothing of what is not declared")
			}
		}
		return nil, nil
	}
	if f.Per != contract.Per100g && f.Per != contract.Per100ml {
		return nil, invalid(at+"per", "expected 100g, 100ml or none")
	}
	for i, figure := range figures {
		switch {
		case figure.is == nil && i < wanted:
			return nil, invalid(at+figure.name, "is required")
		case outside(figure.is, 0, figure.most):
			return nil, invalid(at+figure.name, "expected an amount that 100 g or 100 ml can hold")
		}
	}
	n := &contract.Nutrition{
		Per: f.Per, EnergyKJ: *f.EnergyKJ, EnergyKcal: *f.EnergyKcal, FatMg: *f.FatMg, SaturatesMg: *f.SaturatesMg,
		CarbohydrateMg: *f.CarbohydrateMg, SugarsMg: *f.SugarsMg, ProteinMg: *f.ProteinMg, SaltMg: *f.SaltMg,
		ServingQuantity: orZero(f.ServingQuantity),
	}
	if f.FibreMg != nil {
		n.FibreMg = new(*f.FibreMg)
	}
	return n, checkNutrition(at, n)
}

func checkNutrition(at string, n *contract.Nutrition) error {
	weight := int64(100_000)
	if n.Per == contract.Per100ml {
		weight = 140_000 // of syrup
	}
	switch {
	case n.SaturatesMg > n.FatMg:
		return invalid(at+"saturates_mg", "expected no more than the fat")
	case n.SugarsMg > n.CarbohydrateMg:
		return invalid(at+"sugars_mg", "expected no more than the carbohydrate")
	case n.FatMg+n.CarbohydrateMg+n.ProteinMg+n.SaltMg+orZero(n.FibreMg) > weight:
		return invalid(at+"per", "expected parts that together weigh no more than the whole")
	case !sameEnergy(n.EnergyKJ, n.EnergyKcal):
		return invalid(at+"energy_kj", "expected about 4.184 times the kilocalories")
	}
	return nil
}

// sameEnergy tells whether two energies agree to 10 %. Labels round each by itself,
// so that small ones say nothing; and their factors for kJ and kcal differ (annex
// XIV of the regulation).
func sameEnergy(kJ, kcal int64) bool {
	off := 1000*kJ - 4184*kcal
	return max(off, -off) <= max(4184*kcal/10, 20_000)
}
