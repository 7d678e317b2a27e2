using MLNet.DeepExt.Data;

namespace MLNet.DeepExt.Splits;

/// <summary>The strata of labels, numbered from 0.</summary>
internal static class LabelStrata
{
    private const int MostValues = 100;

    /// <summary>A stratum for each code: (rows).</summary>
    /// <param name="codes">(rows).</param>
    public static int[] OfCodes(ulong[] codes)
    {
        var strata = new Dictionary<ulong, int>();
        return Array.ConvertAll(codes, code =>
        {
            if (!strata.TryGetValue(code, out int stratum))
                strata.Add(code, stratum = strata.Count);
            return stratum;
        });
    }

    /// <summary>A stratum for each number, or, where these are many, for each range of them; one for what is missing: (rows).</summary>
    /// <param name="numbers">(rows), NaN where one is missing.</param>
    /// <param name="bins">Into how many ranges of equally many rows they are cut.</param>
    public static int[] OfNumbers(double[] numbers, int bins)
    {
        double[] known = [.. numbers.Where(number => !double.IsNaN(number))];
        if (known.Distinct().Take(MostValues + 1).Count() <= MostValues)
            return OfCodes(Array.ConvertAll(numbers, ValueCodes.OfNumber));

        Array.Sort(known);
        double[] firsts = [.. Enumerable.Range(1, bins - 1).Select(bin => known[(long)bin * known.Length / bins]).Distinct()];
        // By the number alone, so that equal ones are in one range.
        return OfCodes(Array.ConvertAll(numbers, number => (ulong)(double.IsNaN(number) ? bins : RangeOf(number))));

        int RangeOf(double number) => Array.BinarySearch(firsts, number) is var place && place < 0 ? ~place : place + 1;
    }
}
