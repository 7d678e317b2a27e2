using System.Text.Json.Serialization.Metadata;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>A kind that is written outside of this library.</summary>
/// <param name="Family">The abstract record that it derives from.</param>
/// <param name="Type">The kind.</param>
/// <param name="Name">What files call it.</param>
/// <param name="Resolver">What describes it, and the types of its options.</param>
internal sealed record RegisteredKind(Type Family, Type Type, string Name, IJsonTypeInfoResolver Resolver);
