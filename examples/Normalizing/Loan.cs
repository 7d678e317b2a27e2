namespace Normalizing;

/// <summary>A loan as a table has it: amounts over orders of magnitude, a column with typing errors, one that is mostly 0.</summary>
internal sealed class Loan
{
    public float Income { get; set; }

    public float Amount { get; set; }

    public float Years { get; set; }

    public float LatePayments { get; set; }

    public bool Repaid { get; set; }

    /// <summary>
    /// Made-up loans. Who repays is drawn by chance from a rule of ratios: a tenth more of income counts alike for rich and poor.
    /// </summary>
    public static Loan[] Generate(int count, int seed)
    {
        var random = new Random(seed);
        var loans = new Loan[count];
        for (int i = 0; i < count; i++)
        {
            double income = 30_000 * Math.Exp(1.3 * Normal()), amount = 10_000 * Math.Exp(1.3 * Normal());
            int years = random.Next(1, 31), late = random.Next(4) == 0 ? random.Next(1, 6) : 0;
            double logit = 1.5 * Math.Log(income / amount / 3) + 1.5 * Math.Sin(years / 5.0) - 0.8 * late + 0.5;
            loans[i] = new Loan
            {
                Income = (float)income,
                Amount = (float)amount,
                Years = random.Next(200) == 0 ? 1000 * years : years, // typed in by people
                LatePayments = late,
                Repaid = random.NextDouble() < 1 / (1 + Math.Exp(-logit)),
            };
        }

        return loans;

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
