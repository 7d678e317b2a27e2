using System.Globalization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>The image shape of a row: how its features are arranged as pixels.</summary>
/// <param name="Height">The height in pixels, at least 1.</param>
/// <param name="Width">The width in pixels, at least 1.</param>
/// <param name="Channels">The number of channels, at least 1: 1 for gray, 3 for colors.</param>
/// <param name="Order">The order of the channels.</param>
public sealed record ImageShape(int Height, int Width, int Channels = 1, ChannelOrder Order = ChannelOrder.Last)
{
    /// <summary>The number of features of a row: height · width · channels.</summary>
    public int Length => Height * Width * Channels;

    /// <summary>The shape as text, such as <c>28 × 28 × 1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height} × {Width} × {Channels}");

    internal OptionFault? FindFault() =>
        Height < 1 || Width < 1 || Channels < 1
            ? new(
                Height < 1 ? nameof(Height) : Width < 1 ? nameof(Width) : nameof(Channels),
                FormattableString.Invariant($"Height, Width and Channels of an image must be at least 1 but are ")
                + FormattableString.Invariant($"{Height}, {Width} and {Channels}; a gray image of MNIST has 28, 28 and 1."))
            : (long)Height * Width * Channels > Array.MaxLength / 2
                ? new(nameof(Height), $"An image of {this} numbers is larger than an array; use a smaller one.")
                : EnumFault.Find($"{nameof(Order)} of an image", Order) is { } undefined
                    ? new(nameof(Order), $"{undefined}; with Last the channels of a pixel are adjacent.")
                    : null;

    /// <summary>Returns the first feature of a channel.</summary>
    internal int StartOf(int channel) => Order == ChannelOrder.Last ? channel : channel * Height * Width;

    /// <summary>The distance between two pixels of a channel.</summary>
    internal int PixelStep => Order == ChannelOrder.Last ? Channels : 1;
}
