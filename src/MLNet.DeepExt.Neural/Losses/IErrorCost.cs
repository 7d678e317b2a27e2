using System.Numerics;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// What an error d = z - t costs, as an operation on vectors. Implemented by structs, so that the loop that takes one as a type
/// argument is compiled with the operation inside it.
/// </summary>
internal interface IErrorCost<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>l(d).</summary>
    /// <param name="d">The errors of some neighbouring outputs.</param>
    /// <param name="column">The first of these outputs.</param>
    /// <param name="slope">l'(d).</param>
    Vector256<T> Of(Vector256<T> d, int column, out Vector256<T> slope);
}
