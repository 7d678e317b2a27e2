using Microsoft.ML.Data;

namespace Tables;

/// <summary>A customer as a table has it: numbers with gaps, yes and no, texts, keys, dates.</summary>
internal sealed class Customer
{
    public float Age { get; set; }

    public int Orders { get; set; }

    public bool Newsletter { get; set; }

    public string City { get; set; } = "";

    [KeyType(4)]
    public uint Tariff { get; set; }

    public DateTime LastOrder { get; set; }

    public bool Returned { get; set; }

    /// <summary>
    /// Made-up customers. Who comes back is drawn by chance from a rule that needs every kind of column: people of Lyon, young people, and
    /// orders of the weekend come back more often.
    /// </summary>
    public static Customer[] Generate(int count, int seed)
    {
        string[] cities = ["Lyon", "Oslo", "Porto", "Turin"];
        var random = new Random(seed);
        var customers = new Customer[count];
        for (int i = 0; i < count; i++)
        {
            float age = random.Next(18, 80);
            string city = cities[random.Next(cities.Length)];
            int orders = random.Next(1, 12);
            bool newsletter = random.Next(2) == 1;
            var tariff = (uint)random.Next(4);
            DateTime order = new DateTime(2024, 1, 1).AddHours(random.Next(365 * 24));
            bool weekend = order.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            double logit = 0.06 * (45 - age) + (city == "Lyon" ? 2 : -0.5) + (weekend ? 2 : -1) + (newsletter ? 0.5 : -0.5)
                + 0.1 * (orders - 6) + (tariff == 3 ? 1 : 0);
            customers[i] = new Customer
            {
                Age = random.Next(10) == 0 ? float.NaN : age,
                Orders = orders,
                Newsletter = newsletter,
                City = random.Next(20) == 0 ? "" : city,
                Tariff = tariff,
                LastOrder = random.Next(20) == 0 ? default : order,
                Returned = random.NextDouble() < 1 / (1 + Math.Exp(-logit)),
            };
        }

        return customers;
    }
}
