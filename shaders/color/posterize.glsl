vec4 posterize(vec4 c, posterize_u u, Px px) { return floor(c * u.steps + 0.5) / u.steps; }
