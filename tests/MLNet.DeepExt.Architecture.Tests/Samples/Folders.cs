using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Architecture.Tests.Samples.Folders;

// The base names its kind, and the kind is derived from it; a listing and its list use each other.
[JsonPolymorphic]
[JsonDerivedType(typeof(Kind), "kind")]
internal abstract record Base;

internal sealed record Kind : Base;

internal sealed class Listing
{
    public List<int>? Numbers { get; }
}

internal sealed class List<T>
{
    public Listing? In { get; }

    public T? First { get; }
}
