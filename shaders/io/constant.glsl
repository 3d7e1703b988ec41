vec4 constant(constant_u u, Px px) { return u.color; }
