vec4 exposure(vec4 c, exposure_u u, Px px) { return c * u.factor; }
