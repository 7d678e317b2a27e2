namespace Categories;

/// <summary>A product in a shop, and whether it sold out.</summary>
internal sealed class Sale
{
    private const int Products = 2000, Shops = 40, Groups = 8;

    public string Product { get; set; } = "";

    public string Shop { get; set; } = "";

    public bool SoldOut { get; set; }

    /// <summary>
    /// Made-up sales. Every product belongs to one of a few groups, and every shop has a taste for some of them; neither is a column, so that both
    /// must be learned from how products and shops go together.
    /// </summary>
    public static Sale[] Generate(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int product = random.Next(Products), shop = random.Next(Shops);
            bool likes = (product % Groups + shop) % Groups < Groups / 2;
            return new Sale { Product = $"product {product}", Shop = $"shop {shop}", SoldOut = random.NextDouble() < (likes ? 0.9 : 0.1) };
        })];
    }
}
