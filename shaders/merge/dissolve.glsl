vec4 dissolve(vec4 from, vec4 to, dissolve_u u, Px px)
{
    return u.amount == 0.0 ? from : from * (1.0 - u.amount) + to * u.amount;
}
