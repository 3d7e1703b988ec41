vec4 multiply(vec4 c, multiply_u u, Px px) { return c * u.value; }
