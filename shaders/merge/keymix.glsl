vec4 keymix(vec4 b, vec4 a, keymix_u u, Px px) { return a; }
