using MLNet.DeepExt.Search;

namespace Microsoft.ML;

/// <summary>The ranges of the parameters of a search, as members of <see cref="Range"/>.</summary>
public static class RangeCatalog
{
    extension(Range)
    {
        /// <summary>Numbers drawn uniformly between two bounds.</summary>
        /// <param name="low">The least value, finite.</param>
        /// <param name="high">The greatest value, finite and above <paramref name="low"/>.</param>
        /// <exception cref="ArgumentException">The bounds are no such numbers.</exception>
        public static SearchRange Linear(double low, double high) => new LinearRange(low, high);

        /// <summary>
        /// Numbers whose logarithm is drawn uniformly, 10^r with r uniform: the scale of learning rates and of penalties.
        /// </summary>
        /// <param name="low">The least value, finite and above 0.</param>
        /// <param name="high">The greatest value, finite and above <paramref name="low"/>.</param>
        /// <exception cref="ArgumentException">The bounds are no such numbers.</exception>
        public static SearchRange Log(double low, double high) => new LogRange(low, high);

        /// <summary>
        /// Numbers of which the logarithm of the distance to 1 is drawn uniformly, 1 - 10^r with r uniform: the scale of β, the weight of
        /// the past in an average. Of the draws in 0.9 to 0.999 one half is below 0.99.
        /// </summary>
        /// <param name="low">The least value, in [0, 1).</param>
        /// <param name="high">The greatest value, in [0, 1) and above <paramref name="low"/>.</param>
        /// <exception cref="ArgumentException">The bounds are no such numbers.</exception>
        public static SearchRange OneMinusLog(double low, double high) => new OneMinusLogRange(low, high);

        /// <summary>Whole numbers between two bounds, which are drawn too.</summary>
        /// <param name="low">The least value; at least 1 where <paramref name="log"/> is true.</param>
        /// <param name="high">The greatest value, above <paramref name="low"/>.</param>
        /// <param name="log">Whether the logarithm is drawn uniformly. Default false: every number equally often.</param>
        /// <exception cref="ArgumentException">The bounds are no such numbers.</exception>
        public static SearchRange Integer(int low, int high, bool log = false) => new IntegerRange(low, high, log);

        /// <summary>One of some values, each equally often.</summary>
        /// <remarks>
        /// A value may be an array or a list, such as the sizes of layers: <c>Range.Choice(new[] { 64 }, new[] { 64, 32 })</c>. One alone
        /// is refused: to choose among the elements of a list, spread it, <c>Range.Choice([.. sizes])</c>.
        /// </remarks>
        /// <typeparam name="T">Their type.</typeparam>
        /// <param name="values">At least one; no two equal or print alike.</param>
        /// <exception cref="ArgumentException">
        /// There is none, or only one and that holds others, one is null, or two are equal or print alike.
        /// </exception>
        public static SearchRange Choice<T>(params T[] values) => new ChoiceRange((values ?? []).Cast<object?>());

        /// <summary>One of some values of several types, each equally often.</summary>
        /// <param name="values">At least one; no two equal or print alike.</param>
        /// <exception cref="ArgumentException">
        /// There is none, or only one and that holds others, one is null, or two are equal or print alike.
        /// </exception>
        public static SearchRange Choice(params object[] values) => new ChoiceRange(values ?? []);
    }
}
