vec4 add(vec4 c, add_u u, Px px) { return c + u.value; }
